/** The lab page from files, without a server: `npm run lab -- --export`. */
import { exportedSource } from './exported-source.ts'
import { showPage } from './show-page.tsx'

showPage(exportedSource)
