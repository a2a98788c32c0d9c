import { useRoute } from 'preact-iso'
import { useList } from '../lists/use-list.ts'
import { PostList } from '../posts/post-list.tsx'
import { useTitle } from '../shell/use-title.ts'

/** What was written with a tag. */
export default function TagPage() {
  const { params } = useRoute()
  const tag = params.tag!
  const posts = useList('/v1/feeds/tags/{tag}', { path: { tag } })
  useTitle(`#${tag}`)
  return (
    <>
      <h1>#{tag}</h1>
      <PostList of={posts} empty="Nothing has this tag yet." />
    </>
  )
}
