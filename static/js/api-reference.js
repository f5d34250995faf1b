// Shows the OpenAPI document that the element names with Swagger UI. Calls carry the CSRF token, so that a person
// who is signed in may try writes too.
const place = document.getElementById("api-reference");

// Swagger UI has a dark look of its own, which it takes from this class.
const chosen = document.documentElement.dataset.bsTheme;
const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
document.documentElement.classList.toggle("dark-mode", dark);

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.document,
  deepLinking: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
  requestInterceptor: (request) => {
    const token = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1];
    if (token && !["GET", "HEAD"].includes(request.method ?? "GET")) request.headers["X-CSRFToken"] = token;
    return request;
  },
});
