/* A little work for the computer, instead of a picture puzzle for the person. Everything works without it. Part of the
   page: a file of its own would stand in logs and caches that hold nothing of /protected/. */
(() => {
  "use strict";
  document.querySelectorAll("form[data-work]").forEach((form) => {
    const bits = Number(form.dataset.work);
    const ticket = form.querySelector("[name=ticket]").value;
    const field = form.querySelector("[name=work]");
    const encoder = new TextEncoder();
    if (!globalThis.crypto || !crypto.subtle) return;
    const hasZeros = (bytes) => ((bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]) >>> (32 - bits)) === 0;
    const look = async (number) => {
      const some = Array.from({ length: 512 }, (_none, at) => crypto.subtle.digest("SHA-256", encoder.encode(`${ticket}:${number + at}`)));
      const found = (await Promise.all(some)).findIndex((made) => hasZeros(new Uint8Array(made)));
      if (found >= 0) { field.value = String(number + found); return; }
      setTimeout(() => look(number + 512), 0);
    };
    look(0);
  });
  const summary = document.getElementById("error-summary");
  if (summary) summary.focus();
})();
