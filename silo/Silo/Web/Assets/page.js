// The live parts of a page. Everything can be read without this: it only saves the reader from reloading.
const main = document.querySelector("main[data-events]");
const log = document.getElementById("log");
if (log && "follows" in log.dataset) {
  log.scrollTop = log.scrollHeight;
}

if (main) {
  listen(main.dataset.events);
}

function listen(address) {
  let last = "";
  const events = new EventSource(address);
  on("change", refresh);
  on("log", event => append(event.data));
  on("new-log", () => log.replaceChildren());
  on("end", () => events.close());

  // A server that is full or down rejects the stream, and the browser then gives up: reconnect where this one ended.
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) {
      setTimeout(() => reconnect(last ? address.split("?")[0] + "?mark=" + encodeURIComponent(last) : address), 10000);
    }
  });

  function on(kind, act) {
    events.addEventListener(kind, event => {
      last = event.lastEventId || last;
      act(event);
    });
  }
}

async function reconnect(address) {
  if (await refresh()) {
    listen(address);
  } else {
    setTimeout(() => reconnect(address), 10000);
  }
}

function append(text) {
  const following = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  log.append(text);
  if (following) {
    log.scrollTop = log.scrollHeight;
  }
}

// The server renders the page once more, and what is marked as live takes the place of what was there. False while it is away.
async function refresh() {
  let answer;
  try {
    answer = await fetch(location.href);
  } catch {
    return false;
  }

  if (answer.status >= 500) {
    return false;
  }

  if (!answer.ok || answer.redirected) {
    location.reload();
    return false;
  }

  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    part.replaceWith(fresh.getElementById(part.id));
  }

  return true;
}
