using System.Text;

namespace Orleans.Hybrid.Runner.Settings;

/// <summary>A secret that is written to the runner rather than stored anywhere; there is one input, and so one such secret.</summary>
internal sealed class StandardInput(Func<Stream> open)
{
    private const int Most = 1024 * 1024;

    private (string Setting, string Text)? read;

    /// <summary>Whether a file's name means this.</summary>
    public static bool Is(string file) => file is "-" or "/dev/stdin";

    /// <summary>All of it up to its end, for the one setting that names it.</summary>
    public string ReadFor(string setting)
    {
        read ??= (setting, ReadAll(setting));
        return read.Value.Setting == setting
            ? read.Value.Text
            : throw new BadSettingException(
                setting, $"and {read.Value.Setting} both name standard input, which ends only once: give one of them a file.");
    }

    private string ReadAll(string setting)
    {
        using var input = open();
        var text = new byte[Most + 1];
        var length = input.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        var all = length <= Most ? Encoding.UTF8.GetString(text, 0, length) : "";
        text.AsSpan().Clear();
        return length <= Most ? all : throw new BadSettingException(setting, "names standard input, and more comes from there than a key is long.");
    }
}
