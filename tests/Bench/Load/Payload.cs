using System.Text;

namespace OrleansHybrid.Bench.Load;

/// <summary>The payload of each task, ours and raw.</summary>
internal static class Payload
{
    /// <summary>A hundred characters, about what a task with a few arguments has.</summary>
    public static string Text { get; } = new('p', 100);

    /// <summary>The same as it is stored.</summary>
    public static byte[] Bytes { get; } = Encoding.UTF8.GetBytes(Text);
}
