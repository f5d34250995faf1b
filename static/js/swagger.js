// Swagger UI: to read in, and, beside a form that says in whose name, to call through a gateway. Nothing is validated
// elsewhere or loaded from outside. A key lives in this module's memory alone: Swagger UI is never given it.

const place = document.getElementById("swagger-ui");
const form = document.getElementById("console");

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

const chosen = () => form.elements.subscription.selectedOptions[0];

// The document's addresses give way to the gateway's; what it says of keys is the gateway's matter too.
const throughGateway = (described) => {
  const url = chosen().dataset.url;
  if (described.swagger) {
    const at = new URL(url);
    return { ...described, host: at.host, basePath: at.pathname, schemes: [at.protocol.replace(":", "")] };
  }
  const paths = Object.entries(described.paths ?? {}).map(([path, item]) => [path, withoutServers(item)]);
  return { ...described, servers: [{ url }], paths: Object.fromEntries(paths) };
};

const withoutServers = (item) => {
  const parts = Object.entries(item ?? {}).filter(([name]) => name !== "servers");
  const bare = ([name, part]) => [name, part?.servers ? { ...part, servers: undefined } : part];
  return Object.fromEntries(parts.map(bare));
};

let described;
const caller = () => ({
  statePlugins: {
    spec: {
      wrapActions: {
        updateJsonSpec: (original) => (document) => {
          described = document;
          return original(throughGateway(document));
        },
      },
    },
  },
  wrapComponents: { ServersContainer: () => () => null },
});

const keys = new Map();
const MARGIN = 15_000;
const SETTLING = 5_000;
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const say = (words) => (document.getElementById("console-said").textContent = words);

async function keyOf(subscription) {
  const known = keys.get(subscription);
  if (known && known.ends - MARGIN > performance.now()) return known;
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
  if (!answer.ok) {
    say(`No key was issued (${answer.status}). Reload the page to see what you may call with.`);
    throw new Error("No key was issued.");
  }
  const { key, seconds } = await answer.json();
  const now = performance.now();
  const issued = { key, from: now, ends: now + seconds * 1000 };
  keys.set(subscription, issued);
  say(`A key was issued, good for ${Math.round(seconds / 60)} minutes.`);
  return issued;
}

// The header that Swagger UI shows names the variable; the key takes its place on the way out.
async function send(url, request, option) {
  const issued = await keyOf(option.value);
  const headers = { ...request.headers, [option.dataset.header]: issued.key };
  let answer = await fetch(url, { ...request, headers });
  // A gateway hears of a new key within a second or so; until then it refuses it.
  while (answer.status === 401 && performance.now() - issued.from < SETTLING) {
    await pause(250);
    answer = await fetch(url, { ...request, headers });
  }
  return answer;
}

function intercept(request) {
  const option = form && chosen();
  const isCall = option && !request.loadSpec && request.url.startsWith(`${option.dataset.url}/`);
  if (!isCall || !option.value) return request;
  request.headers[option.dataset.header] = "$PORTICO_KEY";
  request.userFetch = (url, sent) => send(url, sent, option);
  return request;
}

// Swagger UI has a dark look of its own, which it takes from this class.
const preferred = matchMedia("(prefers-color-scheme: dark)");
const theme = document.documentElement.dataset.bsTheme;
document.documentElement.classList.toggle("dark-mode", theme ? theme === "dark" : preferred.matches);

const shown = window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.document,
  presets: [window.SwaggerUIBundle.presets.apis],
  plugins: form ? [reader, caller] : [reader],
  validatorUrl: null,
  supportedSubmitMethods: form ? ["get", "put", "post", "delete", "options", "head", "patch"] : [],
  requestInterceptor: intercept,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  syntaxHighlight: { activated: false },
});

form?.addEventListener("submit", (event) => event.preventDefault());
form?.addEventListener("change", () => described && shown.specActions.updateJsonSpec(described));
