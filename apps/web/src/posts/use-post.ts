import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Post } from './post.ts'

/** A post that acts on it may change, and that follows what it was given. */
export function usePost(given: Post): Signal<Post> {
  const post = useSignal(given)
  useEffect(() => {
    post.value = given
  }, [given])
  return post
}
