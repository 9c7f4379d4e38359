/** The lab page. It draws the frame at once, and what belongs in it when the server has told it. */
import { render } from 'preact'
import { App } from './app.tsx'
import '../../views/theme.css'
import './style.css'
import './stage/stage.css'
import '../../views/flame/flame.css'
import './run/run.css'
import '../../views/compare/compare.css'
import './compare/compare.css'

const page = document.querySelector('#page')!
page.replaceChildren()
render(<App />, page)
