from django.db import models


class SignInAttempt(models.Model):
    """One attempt to sign in that has not succeeded; gone when it does or when its window is over."""

    account = models.CharField(max_length=64, help_text="SHA-256 of username and network")
    network = models.CharField(max_length=45)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "-at"], name="attempt_by_account"),
            models.Index(fields=["network", "-at"], name="attempt_by_network"),
            models.Index(fields=["at"], name="attempt_oldest"),
        ]

    def __str__(self) -> str:
        return f"attempt from {self.network} at {self.at}"
