// Counts in the browser, from the moment the page got the home's time: the server is not asked
// again, and the computer's own clock, which may be wrong, is used only to measure elapsed time.
const instances = new WeakMap()

const two = (number) => String(number).padStart(2, "0")

const draw = (root, left) => {
  const past = left < 0
  const seconds = Math.floor(Math.abs(left) / 1000)
  const days = Math.floor(seconds / 86400)
  const hours = Math.floor((seconds % 86400) / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  root.querySelector(".sign").textContent = past ? "T+" : "T−"
  root.querySelector(".days").textContent = days
  root.querySelector(".unit").textContent = days === 1 ? "day" : "days"
  root.querySelector(".time").textContent = `${two(hours)}:${two(minutes)}:${two(seconds % 60)}`
  const said = `${days} days ${hours} hours ${minutes} minutes ${past ? "since the contest began" : "left"}`
  const timer = root.querySelector("[role=timer]")
  if (timer.getAttribute("aria-label") !== said) timer.setAttribute("aria-label", said)
}

export default function ({ data, parentElement }) {
  const known = instances.get(parentElement)
  if (known) clearInterval(known.ticking)
  // A rerun that brings the same time, as from a home whose clock is held, must not turn back.
  const same = known && known.now === data.now && known.start === data.start
  const began = same ? known.began : performance.now()
  parentElement.querySelector(".when").textContent = data.when
  parentElement.querySelector(".held").textContent = data.held
  const tick = () => draw(parentElement, data.start - data.now - (performance.now() - began))
  tick()
  const ticking = setInterval(tick, 250)
  instances.set(parentElement, { ticking, began, now: data.now, start: data.start })
  return () => clearInterval(ticking)
}
