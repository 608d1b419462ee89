/* Looks whether the payment has arrived, while the page is open. Without it, the button does. */
(() => {
  "use strict";
  const place = document.querySelector("[data-watch]");
  if (!place) return;
  document.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = !navigator.clipboard; });
  let waiting = 0;
  let isAsking = false;
  const later = () => { clearTimeout(waiting); waiting = setTimeout(ask, 5000); };
  const ask = async () => {
    if (isAsking || document.hidden) return later();
    isAsking = true;
    try {
      const answer = await fetch(place.dataset.watch, { headers: { Accept: "application/json" }, redirect: "error" });
      if (answer.ok && (await answer.json()).is_over) return location.assign(place.dataset.then);
    } catch { /* No network for a moment. */ } finally { isAsking = false; }
    later();
  };
  // Back from the bank's app: look at once.
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  later();
})();
