// Turns a kiosk's screen to the next selection; whoever reads stops it, and it goes on again when asked.
"use strict";
const next = document.getElementById("next");
const hold = document.getElementById("hold");
let timer = 0;
const go = () => { timer = setTimeout(() => location.replace(next.href), 1000 * Number(next.dataset.seconds)); };
const show = () => {
  hold.textContent = timer ? hold.dataset.stop : hold.dataset.go;
};
hold.hidden = false;
hold.addEventListener("click", () => {
  if (timer) { clearTimeout(timer); timer = 0; } else go();
  show();
});
go();
show();
