"""What can be wrong with a template."""

from rediscover.errors import EngineFailed


class TemplateError(EngineFailed):
    """The template asks for what the engine does not know, or refers to what is not there."""


class ParameterError(TemplateError):
    """A template parameter has no value, or one that its constraints forbid."""
