/** What a post is about, by its author. */
export function Tags({ of }: { of: readonly string[] }) {
  if (of.length === 0) return null
  return (
    <p class="tags">
      {of.map((tag) => (
        <a key={tag} href={`/tags/${encodeURIComponent(tag)}`}>
          #{tag}
        </a>
      ))}
    </p>
  )
}
