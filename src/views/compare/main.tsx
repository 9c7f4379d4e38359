/** A comparison in a separate file. */
import { showAlone } from '../show-alone.tsx'
import type { CompareViewData } from './compare-view-data.ts'
import { ComparisonView } from './comparison-view.tsx'
import '../theme.css'
import './compare.css'

function CompareFile({ data: { comparison, article, origin } }: { data: CompareViewData }) {
  return (
    <article class="compare">
      <p>{origin}</p>
      <ComparisonView comparison={comparison} article={article} />
    </article>
  )
}

showAlone(CompareFile)
