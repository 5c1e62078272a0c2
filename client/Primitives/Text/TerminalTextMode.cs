namespace OrleansHybrid.Primitives.Text;

/// <summary>The handling of line ends by <see cref="TerminalTextSanitizer"/>.</summary>
public enum TerminalTextMode
{
    /// <summary>All stands on one line: a line's end becomes a space.</summary>
    OneLine,

    /// <summary>Lines that end with a newline, whatever ended them.</summary>
    Lines,

    /// <summary>As <see cref="Lines"/>, but a carriage return stays one, so that progress bars show as such on a terminal.</summary>
    Terminal,
}
