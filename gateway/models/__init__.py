from gateway.models.gateway import Gateway, InForce, Receipt, Subject
from gateway.models.route import Balancing, Route, RouteProblem

__all__ = ["Balancing", "Gateway", "InForce", "Receipt", "Route", "RouteProblem", "Subject"]
