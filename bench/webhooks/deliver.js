import { Agent, request } from 'node:http'

/** Posts one and resolves with how long that took, in milliseconds. */
function post(url, agent, { body, headers }) {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const sent = request(`${url}/webhooks/stripe`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume()
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve(performance.now() - began)
        else reject(new Error(`a delivery was answered ${answer.statusCode}`))
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Delivers all of them; every connection sends its next when it has an answer. */
export async function deliver(url, deliveries, connections) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const waiting = [...deliveries]
  const times = []
  const began = performance.now()
  const client = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop())
      times.push(await post(url, agent, next))
  }
  await Promise.all(Array.from({ length: connections }, client))
  const seconds = (performance.now() - began) / 1000
  agent.destroy()
  times.sort((a, b) => a - b)
  return { rate: deliveries.length / seconds, p99: times[Math.floor(times.length * 0.99)] }
}
