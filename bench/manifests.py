"""Invented manifests: ``python -m bench.manifests FOLDER [--services 10000] [--seed 1]``.

One file a service, with its Service and the Deployment behind it, in a folder for each of its namespaces. The same seed
gives the same bytes. Systems and owners are mostly those that ``bench.generate`` makes.
"""

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

from bench import vocabulary as words
from bench.documents import Subject, description_of, plural, subjects
from common.slugs import slug_of

NAMESPACES = 200
REGISTRY = "registry.group.example"


def write(folder: Path, services: int, seed: int) -> None:
    """The files of so many services lie below ``folder``, which is made."""
    for path, text in files(services, seed):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def files(services: int, seed: int) -> Iterator[tuple[str, str]]:
    """Path and text of each file."""
    chance = random.Random(seed)
    namespaces = _namespaces(min(NAMESPACES, services))
    for number, subject in enumerate(subjects(services, seed)):
        namespace = namespaces[number % len(namespaces)]
        name = f"{subject.qualifier}-{plural(subject.thing)}-{subject.role}"
        yield f"{namespace}/{name}.yaml", _manifest(subject, name, namespace, chance)


def _namespaces(count: int) -> list[str]:
    """Domains, and what their systems do, with a number where the words do not suffice."""
    names = [slug_of(f"{title} {noun}") for noun in ("", *words.SYSTEM_NOUNS) for title in words.DOMAINS]
    return [
        names[number % len(names)] + (f"-{number // len(names) + 1}" * (number >= len(names)))
        for number in range(count)
    ]


def _manifest(subject: Subject, name: str, namespace: str, chance: random.Random) -> str:
    version = f"{chance.randint(0, 6)}.{chance.randint(0, 30)}.{chance.randint(0, 12)}"
    system = slug_of(f"{chance.choice(_DOMAINS_OF[subject.sector])} {chance.choice(words.SYSTEM_NOUNS)}")
    annotations = [f'portico.io/description: "{description_of(subject, chance)}"']
    if chance.random() < 0.5:
        annotations.append(f"portico.io/owner: {slug_of(chance.choice(_OWNERS))}")
    if chance.random() < 0.6:
        annotations += ['prometheus.io/scrape: "true"', 'prometheus.io/port: "9090"']
    return _TEXT.format(
        name=name,
        namespace=namespace,
        version=version,
        system=system,
        role=subject.role,
        environment=name.upper().replace("-", "_"),
        annotations="".join(f"\n    {line}" for line in annotations),
        replicas=chance.randint(1, 6),
        port=chance.choice((8000, 8080, 8443, 9000)),
        cpu=chance.choice((50, 100, 250, 500)),
        memory=chance.choice((128, 256, 512, 1024)),
        image=f"{REGISTRY}/{namespace}/{name}:{version}",
    )


_DOMAINS_OF = {sector: [title for title in words.DOMAINS if words.DOMAINS[title] == sector] for sector in words.THINGS}
_OWNERS = words.team_titles(100)

_LABELS = """
    app.kubernetes.io/name: {name}
    app.kubernetes.io/version: {version}
    app.kubernetes.io/part-of: {system}
    app.kubernetes.io/component: {role}
    app.kubernetes.io/managed-by: group-deploy"""

_TEXT = f"""apiVersion: v1
kind: Service
metadata:
  name: {{name}}
  namespace: {{namespace}}
  labels:{_LABELS}
  annotations:{{annotations}}
spec:
  selector:
    app.kubernetes.io/name: {{name}}
  ports:
    - name: http
      port: 80
      targetPort: {{port}}
    - name: metrics
      port: 9090
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{name}}
  namespace: {{namespace}}
  labels:{_LABELS}
spec:
  replicas: {{replicas}}
  selector:
    matchLabels:
      app.kubernetes.io/name: {{name}}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {{name}}
        app.kubernetes.io/version: {{version}}
    spec:
      serviceAccountName: {{name}}
      containers:
        - name: {{name}}
          image: {{image}}
          ports:
            - name: http
              containerPort: {{port}}
          env:
            - name: LOG_LEVEL
              value: info
            - name: {{environment}}_DATABASE
              value: postgres://{{name}}.{{namespace}}.svc/{{name}}
            - name: DATABASE_PASSWORD
              valueFrom:
                secretKeyRef:
                  name: {{name}}
                  key: password
            - name: POD_NAME
              valueFrom:
                fieldRef:
                  fieldPath: metadata.name
          resources:
            requests:
              cpu: {{cpu}}m
              memory: {{memory}}Mi
            limits:
              memory: {{memory}}Mi
          readinessProbe:
            httpGet:
              path: /ready
              port: {{port}}
            periodSeconds: 5
          livenessProbe:
            httpGet:
              path: /alive
              port: {{port}}
            initialDelaySeconds: 20
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--services", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    write(options.folder, options.services, options.seed)


if __name__ == "__main__":
    main()
