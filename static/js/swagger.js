// Swagger UI to read in: nothing is validated elsewhere, tried out or loaded from outside.

const place = document.getElementById("swagger-ui");

// The policy of our pages would refuse images from elsewhere; their words stay.
const withoutImages = (text) =>
  String(text ?? "")
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/!\[([^\]]*)\]\[[^\]]*\]/g, "$1")
    .replace(/<(?:img|picture|source|video|audio|iframe|object|embed|style|link)\b[^>]*>/gi, "");

const reader = (system) => ({
  wrapComponents: {
    Markdown: (Original) => (properties) =>
      system.React.createElement(Original, { ...properties, source: withoutImages(properties.source) }),
    authorizeBtn: () => () => null,
    authorizeOperationBtn: () => () => null,
    schemes: () => () => null,
  },
});

// Swagger UI has a dark look of its own, which it takes from this class.
const preferred = matchMedia("(prefers-color-scheme: dark)");
const chosen = document.documentElement.dataset.bsTheme;
document.documentElement.classList.toggle("dark-mode", chosen ? chosen === "dark" : preferred.matches);

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.document,
  presets: [window.SwaggerUIBundle.presets.apis],
  plugins: [reader],
  validatorUrl: null,
  supportedSubmitMethods: [],
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  syntaxHighlight: { activated: false },
});
