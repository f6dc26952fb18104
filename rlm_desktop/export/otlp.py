"""A run as OpenTelemetry spans in OTLP's binary form, with GenAI and OpenInference attributes side by side.

The file is one `TracesData` (which reads as an `ExportTraceServiceRequest` too). Protobuf joins messages that are
written one behind the other, so it is written in batches of which none is held longer than it takes.
"""

from collections.abc import Iterator
from importlib.metadata import version
from itertools import islice
from typing import BinaryIO

from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, TracesData

from rlm_desktop.export.otlp_spans import Spans
from rlm_desktop.export.otlp_values import key_values
from rlm_desktop.export.recorded import RecordedRun
from rlm_desktop.export.spans import WholeRun, whole_run

_SPANS_AT_ONCE = 50


def write(run: RecordedRun, file: BinaryIO) -> None:
    """Write the spans, parents before children."""
    whole = whole_run(run)
    resource = _resource(whole)
    scope = InstrumentationScope(name="rlm-desktop", version=version("rlm-desktop"))
    for batch in _batches(iter(Spans(whole))):
        spans = ResourceSpans(resource=resource, scope_spans=[ScopeSpans(scope=scope, spans=batch)])
        file.write(TracesData(resource_spans=[spans]).SerializeToString())


def _batches(spans: Iterator[Span]) -> Iterator[list[Span]]:
    while batch := list(islice(spans, _SPANS_AT_ONCE)):
        yield batch


def _resource(whole: WholeRun) -> Resource:
    run = whole.recorded
    attributes = {
        "service.name": "rlm-desktop",
        "service.version": version("rlm-desktop"),
        "openinference.project.name": "rlm-desktop",
        "rlm.run": run.run,
        "rlm.name": run.name,
        "rlm.left_out": list(run.left_out) or None,
    }
    return Resource(attributes=key_values(attributes))
