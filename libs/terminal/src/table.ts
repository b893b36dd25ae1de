/** A cell: text is set to the left, numbers to the right. */
export type Cell = string | number;

const written = (cell: Cell): string => (typeof cell === 'number' ? cell.toLocaleString('en-US') : cell);

/** A plain table: a heading, a rule, and the rows. */
export function table(heading: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const widths = heading.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => written(row[column] ?? '').length)),
  );
  const isNumeric = heading.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  const line = (cells: readonly Cell[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isNumeric[column] ? written(cell).padStart(width) : written(cell).padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(heading), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
