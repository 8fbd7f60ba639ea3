raise ImportError("no wheel for this platform")
