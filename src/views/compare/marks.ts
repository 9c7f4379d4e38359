/** The parts of the chart library that are used: a separate file, loaded with the first chart. */
export {
  axisX,
  axisY,
  dot,
  gridX,
  gridY,
  line,
  link,
  plot,
  rectX,
  ruleX,
  ruleY,
  text,
  tickX,
} from '@observablehq/plot'
