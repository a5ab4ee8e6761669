// Puts the secret of a link, which stands in the address's fragment and so in no log, into the form.

const form = document.querySelector("[data-behaviour=join]");
const link = form?.querySelector("input[name=link]");
if (link instanceof HTMLInputElement && location.hash.length > 1) {
  link.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  form?.querySelector("input[name=password]")?.setAttribute("autofocus", "");
}
