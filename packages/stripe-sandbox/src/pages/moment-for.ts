import { clockOfRequest } from '../http/clock-of-request.js'
import type { World } from '../world/world.js'

/** When something that a person does on a page happens: by the clock of what the page is about. */
export const momentFor = (world: World, id: string) => clockOfRequest(world, { id })
