"""Keeping a parsed specification: its bytes once per SHA-256, its operations once a version."""

import hashlib
import zlib
from datetime import datetime

from catalog.formats.base import ERROR, Finding, ParsedSpecification
from catalog.models import APIVersion, Definition, Operation, Specification, VersionFinding

_GROUP_AT_MOST = Operation._meta.get_field("group").max_length
_POINTER_AT_MOST = Definition._meta.get_field("pointer").max_length
_BATCH = 500


def digest_of(document: bytes) -> str:
    return hashlib.sha256(document).hexdigest()


def store_specification(document: bytes, media_type: str, parsed: ParsedSpecification, now: datetime) -> Specification:
    """The row of exactly these bytes, made with its definitions when they are new; two or three queries.

    Of two writers with the same new bytes the second waits at the insert and then finds the row of the first.
    """
    digest = digest_of(document)
    stored = Specification.objects.filter(sha256=digest).defer("compressed").first()
    if stored:
        return stored
    specification = Specification(
        sha256=digest,
        size=len(document),
        media_type=media_type,
        compressed=zlib.compress(document),
        created_at=now,
    )
    Specification.objects.bulk_create([specification], ignore_conflicts=True)
    row = Specification.objects.filter(sha256=digest).defer("compressed").get()
    # With ignored conflicts the insert does not say whether it wrote; the definitions know whether they are there.
    definitions = (Definition(specification=row, pointer=key, body=body) for key, body in parsed.definitions.items())
    Definition.objects.bulk_create(definitions, batch_size=_BATCH, ignore_conflicts=True)
    return row


def unstorable(parsed: ParsedSpecification) -> tuple[Finding, ...]:
    """A finding for each definition whose place is too long to be a key."""
    message = f"The place of this schema has more than {_POINTER_AT_MOST:,} characters. Give it a shorter name."
    long = (pointer for pointer in parsed.definitions if len(pointer) > _POINTER_AT_MOST)
    return tuple(Finding(ERROR, "name-too-long", message, f"{pointer[:200]}…") for pointer in long)


def describe(version: APIVersion, parsed: ParsedSpecification) -> None:
    """Set, not save, what the specification says of the version itself."""
    version.format, version.format_version = parsed.format, parsed.format_version
    version.title, version.description = parsed.title[:300], parsed.description
    version.servers, version.security_schemes = list(parsed.servers), parsed.security_schemes
    version.tags = list(parsed.tags)
    version.about = {
        "terms": parsed.terms,
        "contact": parsed.contact,
        "license": parsed.license,
        "external_docs": parsed.external_docs,
        "webhooks": list(parsed.webhooks),
    }
    version.operation_count = len(parsed.operations)


def store_operations(version: APIVersion, parsed: ParsedSpecification) -> None:
    """Replace the version's operations with those parsed; one delete and one insert per 500."""
    version.operations.all().delete()
    Operation.objects.bulk_create(
        (
            Operation(
                version=version,
                position=operation.position,
                slug=operation.slug,
                method=operation.method,
                path=operation.path,
                path_key=operation.path_key,
                operation_id=operation.operation_id,
                summary=operation.summary,
                description=operation.description,
                group=(operation.tags[0] if operation.tags else "")[:_GROUP_AT_MOST],
                deprecated=operation.deprecated,
                detail=operation.detail,
                fields=list(operation.fields),
                definitions=list(operation.definitions),
            )
            for operation in parsed.operations
        ),
        batch_size=_BATCH,
    )


def store_findings(version: APIVersion, findings: tuple[Finding, ...]) -> None:
    """Replace what was found in the version's document."""
    version.findings.all().delete()
    VersionFinding.objects.bulk_create(
        VersionFinding(
            version=version,
            position=position,
            severity=finding.severity,
            rule=finding.rule,
            message=finding.message,
            pointer=finding.pointer,
            line=finding.line,
            column=finding.column,
        )
        for position, finding in enumerate(findings)
    )
