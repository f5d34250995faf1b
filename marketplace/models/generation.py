from django.db import models

from catalog.models import API


class Generation(models.Model):
    """The one row that counts the changes gateways have to follow. Its lock makes them commit one after another."""

    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.value)


class EnforcedAPI(models.Model):
    """In which generation what gateways have to do for an API changed last."""

    api = models.OneToOneField(API, on_delete=models.CASCADE, primary_key=True, related_name="+")
    generation = models.BigIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["generation"], name="enforced_api_by_generation")]

    def __str__(self) -> str:
        return f"{self.api_id} as of {self.generation}"
