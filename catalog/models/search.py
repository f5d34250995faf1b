"""What search reads: rows made from the catalog by ``catalog.search.index``, never written by hand.

``scope`` is visibility and owner in one number (see ``catalog.search.scope``), so that every read is bounded by one
comparison. Groups, tags and environments are kept as ids without a foreign key; their titles are joined when a page of
results is shown.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from catalog.models.operation import Operation


class SearchDocument(models.Model):
    """The columns that entries and operations share: who may see it, its facets, its place and its words.

    ``rank`` (0 to 999) is how much a document is worth before anything is asked; ``vector`` holds stemmed words with
    weights and marked lexemes (see ``catalog.search.lexemes``). ``sampled`` is true of a sixteenth of the documents
    (see ``catalog.search.sample``), which have an index of their own.
    """

    scope = models.BigIntegerField()
    owner_key = models.BigIntegerField(null=True)
    domain_key = models.BigIntegerField(null=True)
    system_key = models.BigIntegerField(null=True)
    tag_keys = ArrayField(models.BigIntegerField(), default=list)
    environment_keys = ArrayField(models.BigIntegerField(), default=list)
    lifecycle = models.CharField(max_length=12, blank=True)
    format = models.CharField(max_length=20, blank=True)
    sort_title = models.CharField(max_length=300)
    title_words = models.SmallIntegerField()
    rank = models.SmallIntegerField()
    vector = SearchVectorField()
    sampled = models.BooleanField(default=False)

    class Meta:
        abstract = True


class EntryDocument(SearchDocument):
    """One API, service, team, domain, system or documentation page, with what its row in a list shows.

    ``name`` is its slug, ``description`` the beginning of it, ``version`` an API's current one. ``parent_kind`` and
    ``parent_name`` say which entry a page is about.
    """

    kind = models.CharField(max_length=10)
    object_id = models.BigIntegerField()
    name = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    version = models.CharField(max_length=100, blank=True)
    sunset_on = models.DateField(null=True)
    parent_kind = models.CharField(max_length=10, blank=True)
    parent_name = models.CharField(max_length=100, blank=True)
    service_kind = models.CharField(max_length=20, blank=True)
    operation_count = models.IntegerField(default=0)
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField()
    words_due = models.BooleanField(default=True, help_text="its words are not yet among those in use")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="entry_document_unique")]
        indexes = [
            GinIndex(fields=["vector"], name="entry_document_vector", fastupdate=False),
            GinIndex(fields=["vector"], name="entry_document_sample", fastupdate=False, condition=Q(sampled=True)),
            GinIndex(fields=["tag_keys"], name="entry_document_tags", fastupdate=False),
            models.Index(fields=["kind", "sort_title", "id"], name="entry_document_by_title"),
            models.Index(fields=["kind", "-updated_at", "-id"], name="entry_document_by_update"),
            models.Index(fields=["kind", "-published_at", "-id"], name="entry_document_by_publication"),
            models.Index(fields=["owner_key", "kind", "sort_title", "id"], name="entry_document_by_owner"),
            models.Index(fields=["domain_key", "kind", "sort_title", "id"], name="entry_document_by_domain"),
            models.Index(fields=["system_key", "kind", "sort_title", "id"], name="entry_document_by_system"),
            models.Index(fields=["-rank", "id"], name="entry_document_by_rank"),
            models.Index(fields=["id"], condition=Q(words_due=True), name="entry_document_words_due"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class OperationDocument(SearchDocument):
    """One operation of an API's current version; ``entry`` is the API's document."""

    operation = models.OneToOneField(Operation, on_delete=models.CASCADE, primary_key=True, related_name="+")
    entry = models.ForeignKey(EntryDocument, on_delete=models.CASCADE, related_name="operations")

    class Meta:
        indexes = [
            GinIndex(fields=["vector"], name="operation_document_vector", fastupdate=False),
            GinIndex(fields=["vector"], name="operation_document_sample", fastupdate=False, condition=Q(sampled=True)),
            models.Index(fields=["sort_title", "operation"], name="operation_document_by_title"),
            models.Index(fields=["-rank", "operation"], name="operation_document_by_rank"),
        ]

    def __str__(self) -> str:
        return f"operation {self.operation_id}"


class FacetCount(models.Model):
    """A change of how many documents of ``kind`` and ``scope`` have ``value`` in ``facet``; the sum is the count.

    Rows are only added by writers, so that no two writers wait for each other; a task adds them up.
    """

    scope = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    facet = models.CharField(max_length=12)
    value = models.CharField(max_length=100, blank=True)
    number = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["scope", "kind", "facet", "value"], name="facet_count_key")]

    def __str__(self) -> str:
        return f"{self.facet} {self.value}: {self.number:+}"


class SearchWord(models.Model):
    """A word in use by a document of ``scope``: what a misspelt word may be corrected to."""

    word = models.CharField(max_length=60)
    scope = models.BigIntegerField()
    number = models.IntegerField(default=1, help_text="documents it was seen in, as of the last rebuild; a tie-break")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "scope"], name="search_word_unique")]
        indexes = [GinIndex(OpClass("word", "gin_trgm_ops"), name="search_word_trigrams")]

    def __str__(self) -> str:
        return self.word
