using System.Buffers;

namespace OrleansHybrid.Launcher.Secrets;

/// <summary>Writes values of forms and URLs byte by byte, so that a secret among them need not be a string first.</summary>
internal static class FormValue
{
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"u8);

    /// <summary>Writes a value; a space as <c>%20</c>, or as <c>+</c> when that is asked for.</summary>
    public static void Write(IBufferWriter<byte> writer, ReadOnlySpan<byte> value, byte space = (byte)'%')
    {
        foreach (var letter in value)
        {
            if (Plain.Contains(letter))
            {
                writer.Write([letter]);
            }
            else if (letter == ' ' && space == '+')
            {
                writer.Write("+"u8);
            }
            else
            {
                writer.Write([(byte)'%', Digit(letter >> 4), Digit(letter & 15)]);
            }
        }
    }

    private static byte Digit(int value) => "0123456789ABCDEF"u8[value];
}
