// The live parts of a page. Everything can be read without this: it only saves the reader from reloading.
const main = document.querySelector("main[data-events]");
if (main) {
  const log = document.getElementById("log");
  const events = new EventSource(main.dataset.events);
  events.addEventListener("change", refresh);
  events.addEventListener("log", event => append(log, event.data));
  events.addEventListener("new-log", () => log.replaceChildren());
  events.addEventListener("end", () => events.close());
}

function append(log, text) {
  const following = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  log.append(text);
  if (following) {
    log.scrollTop = log.scrollHeight;
  }
}

// The server renders the page once more, and what is marked as live takes the place of what was there.
async function refresh() {
  const answer = await fetch(location.href);
  if (!answer.ok || answer.redirected) {
    location.reload();
    return;
  }

  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    part.replaceWith(fresh.getElementById(part.id));
  }
}
