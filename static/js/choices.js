// Enter where entries are looked for finds them; it does not send the whole form, as it does in other fields.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  const input = event.target.closest(".choices-find input");
  if (!input) return;
  event.preventDefault();
  input.dispatchEvent(new Event("find"));
});
