import type { DataTypes, ModelAttributes } from 'sequelize'

/**
 * A Sequelize model as data. The attributes are a function of Sequelize's types, so that declaring a
 * model does not load Sequelize.
 */
export interface ModelDefinition<Row extends object = object> {
  readonly name: string
  readonly table: string
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
  attributes(types: typeof DataTypes): ModelAttributes
}): ModelDefinition<Row> {
  return Object.freeze(definition)
}
