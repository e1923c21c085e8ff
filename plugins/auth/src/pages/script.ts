/** Sends the token that stands after the `#`, and says what came of it. */
export const SCRIPT = `const form = document.querySelector('form')
const status = document.querySelector('[role=status]')
const on = document.querySelector('#on')
const token = location.hash.slice(1)
// The token is not to stay in the browser's history.
history.replaceState(null, '', location.pathname)
const values = () =>
  Object.fromEntries(
    [...form.querySelectorAll('input')].map((input) => [
      input.name,
      input.type === 'checkbox' ? input.checked : input.value,
    ]),
  )
form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const button = form.querySelector('button')
  button.disabled = true
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token, ...values() }),
    })
    const { error } = await response.json()
    const problem = error?.details?.[0]?.message ?? error?.message
    status.textContent = error ? problem : form.dataset.done
    form.hidden = !error
    if (on) on.hidden = Boolean(error)
  } catch {
    status.textContent = 'The server cannot be reached. Try again.'
  }
  button.disabled = false
})
`
