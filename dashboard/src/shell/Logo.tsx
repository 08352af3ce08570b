/** A ship on the slip. */
export function Logo({size}: {size: number}) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#0b7285" />
      <path d="M6 21h20l-3.2 5H9.2z" fill="#fff" />
      <path d="M15 6v13H7.5z" fill="#99e9f2" />
      <path d="M17 9v10h7z" fill="#fff" />
    </svg>
  )
}
