"""Who serves a model, where, and under which key: the providers known by the first part of a model's name."""

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from rlm_desktop.lm.protocol import BadRequest

THIS_COMPUTER = "this computer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider of models. Without `base_url` it is asked through litellm, which knows its protocol."""

    prefix: str
    title: str
    key_name: str | None
    """The environment variable that holds its key; None where no key is needed."""
    base_url: str | None = None
    base_url_name: str | None = None
    """An environment variable that moves it elsewhere."""

    @property
    def is_local(self) -> bool:
        """Whether it usually runs on this computer."""
        return self.base_url is not None and is_loopback(self.base_url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One model behind one address, ready to be asked."""

    name: str
    """As the user wrote it."""
    model: str
    """As the server knows it."""
    provider: Provider | None
    base_url: str | None
    api_key: str | None = field(repr=False)
    goes_to: str


_KNOWN = (
    Provider(prefix="openai", title="OpenAI", key_name="OPENAI_API_KEY", base_url="https://api.openai.com/v1"),
    Provider(prefix="anthropic", title="Anthropic", key_name="ANTHROPIC_API_KEY"),
    Provider(prefix="gemini", title="Google", key_name="GEMINI_API_KEY"),
    Provider(
        prefix="openrouter",
        title="OpenRouter",
        key_name="OPENROUTER_API_KEY",
        base_url="https://openrouter.ai/api/v1",
    ),
    Provider(prefix="deepseek", title="DeepSeek", key_name="DEEPSEEK_API_KEY", base_url="https://api.deepseek.com/v1"),
    Provider(prefix="mistral", title="Mistral", key_name="MISTRAL_API_KEY", base_url="https://api.mistral.ai/v1"),
    Provider(prefix="groq", title="Groq", key_name="GROQ_API_KEY", base_url="https://api.groq.com/openai/v1"),
    Provider(prefix="xai", title="xAI", key_name="XAI_API_KEY", base_url="https://api.x.ai/v1"),
    Provider(
        prefix="together_ai",
        title="Together AI",
        key_name="TOGETHERAI_API_KEY",
        base_url="https://api.together.xyz/v1",
    ),
    Provider(
        prefix="fireworks_ai",
        title="Fireworks",
        key_name="FIREWORKS_API_KEY",
        base_url="https://api.fireworks.ai/inference/v1",
    ),
    Provider(
        prefix="cerebras",
        title="Cerebras",
        key_name="CEREBRAS_API_KEY",
        base_url="https://api.cerebras.ai/v1",
    ),
    Provider(prefix="cohere", title="Cohere", key_name="COHERE_API_KEY"),
    Provider(
        prefix="ollama",
        title="Ollama",
        key_name=None,
        base_url="http://localhost:11434/v1",
        base_url_name="OLLAMA_API_BASE",
    ),
    Provider(
        prefix="ollama_chat",
        title="Ollama",
        key_name=None,
        base_url="http://localhost:11434/v1",
        base_url_name="OLLAMA_API_BASE",
    ),
    Provider(
        prefix="lm_studio",
        title="LM Studio",
        key_name=None,
        base_url="http://localhost:1234/v1",
        base_url_name="LM_STUDIO_API_BASE",
    ),
    Provider(
        prefix="llamafile",
        title="llama.cpp",
        key_name=None,
        base_url="http://localhost:8080/v1",
        base_url_name="LLAMAFILE_API_BASE",
    ),
    Provider(
        prefix="hosted_vllm",
        title="vLLM",
        key_name=None,
        base_url="http://localhost:8000/v1",
        base_url_name="HOSTED_VLLM_API_BASE",
    ),
    Provider(
        prefix="jan",
        title="Jan",
        key_name=None,
        base_url="http://localhost:1337/v1",
        base_url_name="JAN_API_BASE",
    ),
)
PROVIDERS = {provider.prefix: provider for provider in _KNOWN}


def is_loopback(base_url: str) -> bool:
    """Tell whether an address is on this computer."""
    host = urlsplit(base_url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def whole_base_url(base_url: str) -> str:
    """Check a base URL the user gave; one without a path gets the customary `/v1`."""
    parts = urlsplit(base_url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadRequest(f"The base URL {base_url!r} is not a web address: write it like http://localhost:8000/v1.")
    if parts.path in ("", "/"):
        return parts._replace(path="/v1").geturl()
    return parts.geturl().removesuffix("/chat/completions")


def place_of(base_url: str) -> str:
    """Say in words where text sent to this address goes."""
    if is_loopback(base_url):
        return THIS_COMPUTER
    host = urlsplit(base_url).netloc.rpartition("@")[2]
    for provider in _KNOWN:
        if provider.base_url is not None and urlsplit(provider.base_url).netloc == host:
            return provider.title
    return host
