/** If nothing can run: the guesses of a lesson are judged by the recording. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { CourseData, Failure, TaughtCard } from '../../api/index.ts'
import { post, Refused, useLab } from '../lab.ts'
import { reveal } from '../stage/places.ts'

export interface Judge {
  /** Compares the guesses with the recording, and brings the verdicts into view. */
  judge(): Promise<void>
  /** Why it was refused, the last time. */
  failure: Failure | undefined
}

export function useJudge({ id }: Pick<TaughtCard, 'id'>): Judge {
  const { course, reload } = useLab()
  const [failure, setFailure] = useState<Failure>()
  const isJudged = course.lessons[id]?.run?.recorded === true
  const due = useRef(false)
  useEffect(() => {
    if (!due.current || !isJudged) return
    due.current = false
    reveal('outcome')
  }, [isJudged])
  const judge = async () => {
    setFailure(undefined)
    due.current = true
    try {
      await post<CourseData>('/api/recorded', { lesson: id })
      reload()
    } catch (error) {
      due.current = false
      if (!(error instanceof Refused)) throw error
      setFailure(error.failure)
    }
  }
  return { judge, failure }
}
