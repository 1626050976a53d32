"use strict";
const canvas = document.getElementById("river");
const score = document.getElementById("score");
const pen = canvas.getContext("2d");
const keys = new Set();
let boat = 160, middle = 160, drift = 0, points = 0;
const banks = Array.from({ length: 43 }, () => 160);

addEventListener("keydown", (event) => keys.add(event.key));
addEventListener("keyup", (event) => keys.delete(event.key));
canvas.addEventListener("pointerdown", (event) => {
  keys.add(event.offsetX * 320 / canvas.clientWidth < boat ? "ArrowLeft" : "ArrowRight");
});
addEventListener("pointerup", () => keys.clear());

function step() {
  drift = Math.max(-4, Math.min(4, drift + (Math.random() - 0.5) * 2));
  middle = Math.max(90, Math.min(230, middle + drift));
  banks.unshift(middle);
  banks.pop();
  boat += (keys.has("ArrowRight") ? 5 : 0) - (keys.has("ArrowLeft") ? 5 : 0);
  const here = banks[36];
  points = Math.abs(boat - here) < 58 ? points + 1 : 0;
  score.value = String(points);
  pen.fillStyle = "#0f4c3a";
  pen.fillRect(0, 0, 320, 420);
  pen.fillStyle = "#48a0c8";
  banks.forEach((bank, row) => pen.fillRect(bank - 64, row * 10, 128, 10));
  pen.fillStyle = "#f4a261";
  pen.fillRect(boat - 6, 356, 12, 22);
}
setInterval(step, 50);
