/** Draws a view in the file that `selfContained` has written. */
import { type ComponentType, render } from 'preact'

export function showAlone<Data>(View: ComponentType<{ data: Data }>): void {
  const data = JSON.parse(document.getElementById('data')!.textContent!) as Data
  render(
    <>
      <h1>{document.title}</h1>
      <View data={data} />
    </>,
    document.getElementById('view')!,
  )
}
