/* Small comforts. Everything works without this file. */
(() => {
  "use strict";
  const summary = document.getElementById("error-summary");
  if (summary) summary.focus();

  // A second press of the same button does not send the form twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 8000);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy],[data-print]");
    if (!button) return;
    if (button.dataset.copy) navigator.clipboard?.writeText(button.dataset.copy).then(() => { button.textContent = button.dataset.copied || "✓"; });
    if ("print" in button.dataset) window.print();
  });

  // Fill position fields where the reader allows it.
  document.querySelectorAll("[data-locate]").forEach((button) => {
    if (!navigator.geolocation) return;
    button.hidden = false;
    button.addEventListener("click", () => navigator.geolocation.getCurrentPosition((place) => {
      const form = button.closest("form");
      form.querySelector("[name=lat]").value = place.coords.latitude.toFixed(6);
      form.querySelector("[name=lon]").value = place.coords.longitude.toFixed(6);
      if ("submit" in button.dataset) form.submit();
      button.textContent = button.dataset.done || "✓";
    }, () => {}, { enableHighAccuracy: true, timeout: 15000 }));
  });

  // Record a voice into a file field, where the browser can; the field works without it.
  document.querySelectorAll("input[data-record]").forEach((field) => {
    if (!window.MediaRecorder || !navigator.mediaDevices || !window.DataTransfer) return;
    const button = document.createElement("button"), sound = document.createElement("audio");
    button.type = "button"; button.className = "w-button w-button--quiet"; button.textContent = field.dataset.record;
    sound.controls = true; sound.hidden = true; field.hidden = true;
    field.before(button); field.after(sound);
    let recorder = null;
    button.addEventListener("click", async () => {
      if (recorder) { recorder.stop(); return; }
      let stream;
      try { stream = await navigator.mediaDevices.getUserMedia({ audio: true }); } catch { button.remove(); field.hidden = false; return; }
      const pieces = [];
      recorder = new MediaRecorder(stream, { audioBitsPerSecond: 24000 });
      recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
      recorder.addEventListener("stop", () => {
        stream.getTracks().forEach((track) => track.stop());
        const kept = new DataTransfer(), type = recorder.mimeType;
        kept.items.add(new File(pieces, "voice", { type }));
        field.files = kept.files;
        sound.src = URL.createObjectURL(kept.files[0]); sound.hidden = false;
        recorder = null; button.textContent = field.dataset.again;
      });
      recorder.start(); button.textContent = field.dataset.stop + " ●";
      setTimeout(() => { if (recorder) recorder.stop(); }, field.dataset.seconds * 1000 - 2000);
    });
  });

  const shown = document.getElementById("offline-cases");
  if (shown && "caches" in window) {
    caches.open("wasl-state").then((cache) => cache.match("/my/state.json")).then((found) => found && found.json()).then((state) => {
      const cases = (state && state.cases) || [];
      if (!cases.length) { shown.textContent = shown.dataset.empty; return; }
      for (const item of cases) {
        const card = document.createElement("div");
        card.className = "w-card";
        const title = document.createElement("strong");
        title.textContent = item.service;
        const reference = document.createElement("bdi");
        reference.dir = "ltr";
        reference.textContent = " " + item.reference;
        const stage = document.createElement("p");
        stage.textContent = item.stage + " · " + shown.dataset.asOf + " " + state.as_of;
        card.append(title, reference, stage);
        shown.append(card);
      }
    });
  }

  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});
})();
