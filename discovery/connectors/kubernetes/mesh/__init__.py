"""How a mesh protects and leads the traffic of a Service, computed from its objects as Istio documents them. Pure."""
