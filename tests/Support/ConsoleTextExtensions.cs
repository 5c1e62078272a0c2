using System.Text;

namespace OrleansHybrid.Support;

/// <summary>Console texts as people read them.</summary>
public static class ConsoleTextExtensions
{
    public static string Text(this ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    public static async Task<string> TextAsync(this Task<ReadOnlyMemory<byte>> bytes) => (await bytes).Text();
}
