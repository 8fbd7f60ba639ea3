"""From nothing to an archive in one sitting."""
