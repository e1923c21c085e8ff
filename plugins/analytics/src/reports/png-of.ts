import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

// Twice the size of the drawing, for sharp screens.
const ZOOM = 2
const FAMILY = 'Varela'

const resolve = (file: string) => fileURLToPath(import.meta.resolve(file))

/** Loaded with the first picture: most processes draw none. */
const renderer = async () => {
  const [{ initWasm, Resvg }, wasm, font] = await Promise.all([
    import('@resvg/resvg-wasm'),
    readFile(resolve('@resvg/resvg-wasm/index_bg.wasm')),
    // A machine need have no fonts at all.
    readFile(resolve('@expo-google-fonts/varela/Varela_400Regular.ttf')),
  ])
  await initWasm(wasm)
  return { Resvg, font }
}
let loaded: ReturnType<typeof renderer> | undefined

/** An SVG drawing as a PNG picture, for mail programs and Discord, which show no SVG. */
export async function pngOf(svg: string): Promise<Uint8Array> {
  const { Resvg, font } = await (loaded ??= renderer())
  const drawing = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: ZOOM },
    font: { fontBuffers: [font], defaultFontFamily: FAMILY, sansSerifFamily: FAMILY },
  })
  try {
    const picture = drawing.render()
    try {
      return picture.asPng()
    } finally {
      picture.free()
    }
  } finally {
    drawing.free()
  }
}
