// The operation page by keyboard and by address: [ and ] go to the neighbours, the filter narrows the list beside,
// and an address with the name of a property opens whatever it is closed in.

const isTyping = (element) => element.matches("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const relation = { "[": "prev", "]": "next" }[event.key];
  const link = relation && document.querySelector(`.operation-next a[rel=${relation}]`);
  if (link) link.click();
});

document.addEventListener("input", (event) => {
  const list = event.target.dataset.narrows && document.getElementById(event.target.dataset.narrows);
  if (!list) return;
  const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const group of list.children) {
    const items = [...group.querySelectorAll("li")];
    for (const item of items) {
      const text = `${item.textContent} ${item.firstElementChild.title}`.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
    }
    group.hidden = items.every((item) => item.hidden);
  }
});

function reveal() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let part = target; part; part = part.parentElement) {
    if (part.matches("details")) part.open = true;
    if (part.matches("[role=tabpanel][hidden]")) document.getElementById(`${part.id}-tab`)?.click();
  }
  target.scrollIntoView();
}

window.addEventListener("hashchange", reveal);
reveal();

const current = document.querySelector(".operation-list [aria-current]");
const list = current?.closest(".operation-list");
if (list) list.scrollTop = current.offsetTop - list.offsetTop - list.clientHeight / 2;
