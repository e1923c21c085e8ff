import type { DataTypes, ModelAttributes } from 'sequelize'

/**
 * The rows of models by the models' names, so that tools are typed wherever a model is named. A plugin adds
 * its own:
 *
 * @example
 * declare module '@titanforge/database' {
 *   interface Models { Forecast: ForecastRow }
 * }
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- filled by plugins
export interface Models {}

/**
 * A Sequelize model as data. The attributes are a function of Sequelize's types, so that declaring a
 * model does not load Sequelize.
 */
export interface ModelDefinition<Row extends object = object> {
  readonly name: string
  readonly table: string
  /** The attributes that no tool may read or write, such as a password's hash. */
  readonly secret: readonly string[]
  attributes(types: typeof DataTypes): ModelAttributes
  readonly row?: Row
}

/**
 * Declares a model; list it under its plugin's `models`.
 *
 * @example
 * export const Forecast = defineModel<ForecastRow>({
 *   name: 'Forecast', table: 'forecasts',
 *   attributes: (types) => ({ id: { type: types.UUID, primaryKey: true }, city: types.TEXT }),
 * })
 */
export function defineModel<Row extends object>(definition: {
  name: string
  table: string
  secret?: readonly (keyof Row & string)[]
  attributes(types: typeof DataTypes): ModelAttributes
}): ModelDefinition<Row> {
  return Object.freeze({ secret: [], ...definition })
}
