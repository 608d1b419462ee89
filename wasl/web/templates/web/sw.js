/* Keeps the shell, the offline page, the last known state of the citizen's cases, and the route that a
   meter reader walks today, or the orders of a crew, until signing out or until it leads elsewhere. No other signed-in page. */
const SHELL = "wasl-shell-{{ version }}";
const STATE = "wasl-state";
const WALK = "wasl-walk";
const FILES = [{% for file in files %}"{{ file }}"{% if not forloop.last %}, {% endif %}{% endfor %}];

self.addEventListener("install", (event) => event.waitUntil(
  caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting())));

self.addEventListener("activate", (event) => event.waitUntil(
  caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith("wasl-shell-") && name !== SHELL).map((name) => caches.delete(name)))).then(() => self.clients.claim())));

// An answer that was asked for before signing out comes too late.
let signedOut = 0;
const refreshState = async () => {
  const before = signedOut;
  const answer = await fetch("/my/state.json", { credentials: "same-origin", redirect: "manual" }).catch(() => null);
  if (!answer || before !== signedOut) return;
  // Led elsewhere: the session was ended, perhaps on another device, because this one is lost.
  if (!answer.ok) { if (answer.type === "opaqueredirect") await caches.delete(STATE); return; }
  const cache = await caches.open(STATE);
  if (before === signedOut) await cache.put("/my/state.json", answer);
};
const forgetState = () => { signedOut += 1; return Promise.all([caches.delete(STATE), caches.delete(WALK)]); };

// A route: from the network where there is one; else as it was. One only, the last that was opened.
const walk = async (request) => {
  const before = signedOut;
  let answer;
  try { answer = await fetch(request); } catch (_error) {
    return (await caches.match(request, { cacheName: WALK, ignoreVary: true })) || caches.match("/offline/");
  }
  await caches.delete(WALK);
  if (answer.ok && answer.type === "basic" && !answer.redirected && before === signedOut) {
    await (await caches.open(WALK)).put(request, answer.clone());
  }
  return answer;
};

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && url.pathname.startsWith("/account/sign-out")) event.waitUntil(forgetState());
  if (request.method !== "GET") return;
  if (url.pathname.startsWith("/static/")) {
    event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
    return;
  }
  if (request.mode !== "navigate") return;
  if (/^\/(billing\/walk\/[0-9a-f-]{36}|field\/crew)\/$/.test(url.pathname)) { event.respondWith(walk(request)); return; }
  event.respondWith(fetch(request).catch(() => caches.match("/offline/")));
  if (url.pathname === "/my/" || url.pathname.startsWith("/case/")) event.waitUntil(refreshState());
});

// A sign that there is something to read. It says no more than that; the page does, after signing in.
self.addEventListener("push", (event) => {
  let told = {};
  try { told = event.data ? event.data.json() : {}; } catch (_error) { /* not ours: shown without words */ }
  event.waitUntil(self.registration.showNotification(String(told.title || "Wasl"), {
    body: String(told.body || ""), icon: "{{ icon }}", tag: "wasl", renotify: true, data: { url: String(told.url || "/") } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const wanted = new URL(event.notification.data.url, location.origin);
  // Only our own pages are opened.
  const url = wanted.origin === location.origin ? wanted.href : location.origin + "/";
  event.waitUntil(self.clients.matchAll({ type: "window" }).then((open) => {
    const same = open.find((each) => each.url === url);
    return same ? same.focus() : self.clients.openWindow(url);
  }));
});
