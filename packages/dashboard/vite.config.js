import react from '@vitejs/plugin-react'

/** @type {import('vite').UserConfig} */
export const config = {
  configFile: false,
  root: `${import.meta.dirname}/app`,
  logLevel: 'warn',
  plugins: [react()],
  build: {
    outDir: `${import.meta.dirname}/dist/app`,
    emptyOutDir: true,
    target: 'es2022',
    manifest: 'manifest.json',
    // Our policy allows no data: script, and a small file more costs nothing over HTTP/2.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { checks: { pluginTimings: false } },
  },
}
