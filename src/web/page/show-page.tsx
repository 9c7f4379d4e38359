/** Draws the page. The frame comes at once, and what belongs in it as soon as the source has it. */
import { render } from 'preact'
import { App } from './app.tsx'
import { readFrom } from './lab.ts'
import type { DataSource } from './source.ts'
import '../../views/theme.css'
import './style.css'
import './stage/stage.css'
import './chapter/chapter.css'
import '../../views/flame/flame.css'
import './run/run.css'
import './task/task.css'
import './lies/lies.css'
import '../../views/compare/compare.css'
import './compare/compare.css'
import './slider/slider.css'

/** @param source of all that it shows */
export function showPage(source: DataSource): void {
  readFrom(source)
  const page = document.querySelector('#page')!
  page.replaceChildren()
  render(<App />, page)
}
